"""Mail and text messages coming in, as plain values: parsing, what refers to a matter."""
