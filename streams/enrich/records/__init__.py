"""What is written of a question: attempts, results, requests for compliance; and what is measured of them."""
