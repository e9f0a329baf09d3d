"""The comparison as files a person can take home, made without Qt."""
