"""The whole job in a browser, on the user's own machine, over one open session."""
