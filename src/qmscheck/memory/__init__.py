"""What is remembered: lives from git, their texts, and what one run keeps for the next."""
