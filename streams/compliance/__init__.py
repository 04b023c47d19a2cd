"""For the officer who answers for what the AI saw: replay of what was recorded."""
