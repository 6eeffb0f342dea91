"""How commands show tables: declared once, drawn for the width and the language of who reads them."""
