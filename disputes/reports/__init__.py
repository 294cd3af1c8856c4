"""Reports of threats and abuse: the message is hidden, a person looks first thing."""
