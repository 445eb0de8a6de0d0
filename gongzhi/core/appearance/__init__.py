"""How a person wants pages to look: the size of letters and the language, kept in cookies, without script."""
