"""E-mail: addresses, rendering of messages, the server's address, and the result of sending. Knows no interviews."""
