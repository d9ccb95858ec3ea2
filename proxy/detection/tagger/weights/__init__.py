"""The model's weights, its vocabulary and its word lists. Data: ``tagger.model`` reads them."""
