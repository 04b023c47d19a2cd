"""What is known of the subject, found however it is written."""
