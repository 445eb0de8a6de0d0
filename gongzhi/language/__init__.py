"""Reading Chinese text: search terms, classification, likeness. Knows no subject."""
