"""The search: what each audience may read, in stems, in a table of its own.

What is published has two audiences, visitors and adherents, and each has its tables: an object
that both may read stands in both, each time with the text that this audience may read. Nothing
asked of the visitors' tables (results, counts, order, suggestions, time taken) can tell what the
others hold.

The apps say what is found of their objects (`meetings.search`, `articles.search`), and their models
note every change in `index`, inside the transaction that makes it. The database compares the stems
that `cgtdouanes.text.words` makes, with FTS5 on SQLite and a GIN index on PostgreSQL: both see the
same words at the same places, so both give the same results. Results are ordered by what an object
says itself (its name holds the words, or not; its date) and by no statistics of a corpus, which
differ from one database to the other, and tell of texts that the reader may not read.

Django Modelsearch was tried before and does not fit. It has no French stems on SQLite; it ranks by
statistics of all that it holds; on both databases it knows a title and a body for each object, not
one text for each audience; one search is over one model; it suggests on PostgreSQL only, with an
extension; and it follows changes by signals and tasks, which see neither that a meeting becomes
reserved with all its points, nor a change of what is known of a demand.
"""
