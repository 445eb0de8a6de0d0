"""Mail and text messages coming in, as plain values: signatures, parsing, what refers to a matter."""
