"""What a changed rule would do: who gains, who loses, what it costs, how the indicators move. Pure Python, no Django."""
