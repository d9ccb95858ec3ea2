"""Words of special categories of personal data (GDPR Articles 9 and 10), a file for each kind, read by `categories`."""
