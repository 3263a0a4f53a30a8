"""Answer commands: a Command in, a Reply out, independent of any platform."""
