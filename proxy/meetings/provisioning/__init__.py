"""What a directory of the organization says of people, by SCIM 2.0 (RFC 7643, RFC 7644).

`attributes` are those that are kept, `paths` how one of them is named, `patching` how several are changed. Pure.
"""
