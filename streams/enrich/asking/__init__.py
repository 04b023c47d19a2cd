"""From a question to its answer: attempts, gates, judgement, repair; what is asked again comes from a cache."""
