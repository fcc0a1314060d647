"""What Slack sends, one listener each: parse, call one service, ack."""
