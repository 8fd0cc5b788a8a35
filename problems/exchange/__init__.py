"""Problems as files: CSV for spreadsheets, JSON for programs; see docs/exchange.md for both.

``entries`` is what a file says of one problem, ``csv_file`` and ``json_file`` read and write them,
``planning`` says what an import would do, ``importing`` does it, ``exporting`` writes what is stored.
"""
