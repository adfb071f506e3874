"""The Model Context Protocol: how assistants find and call tools. It knows nothing of interviews."""
