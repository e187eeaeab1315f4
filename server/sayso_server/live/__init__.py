"""The live room: who is listening, and telling them that something waits."""
