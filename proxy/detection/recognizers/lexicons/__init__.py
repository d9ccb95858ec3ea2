"""Words of special categories of personal data (GDPR Articles 9 and 10), one file a kind; `categories` reads them."""
