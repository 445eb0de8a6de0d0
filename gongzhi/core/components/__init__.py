"""The component tags, by topic. Templates load them all with `{% load components %}`."""
