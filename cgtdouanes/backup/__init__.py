"""A backup is a folder that holds all of a site: its database, its files, and their checksums.

`folder` says what such a folder is and whether it is whole, `database` and `media` how each part is
copied out and in, `taking` and `restoring` in which order. It holds personal data: nobody but its
owner may read it.
"""
