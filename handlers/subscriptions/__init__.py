"""The subscription commands and the language that they parse."""
