"""The commands, one file for each group; heavy imports only inside of them."""
