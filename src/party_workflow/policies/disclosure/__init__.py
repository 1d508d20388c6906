"""What is disclosed: publications for a reader, masking, small groups suppressed."""
