"""JSON APIs whose shape is data: declared on the route, or here for APIs that need no code of their own."""
