"""What the rules say, spelled out: values, differences between versions, answers to given facts."""
