"""Where things are kept: in this machine's folders, or on servers that machines share."""
