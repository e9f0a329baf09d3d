"""Send prompts and stamp the answers, in a process of its own."""
