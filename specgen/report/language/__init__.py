"""The report in other languages: the page that was rendered in English, translated message by message."""
