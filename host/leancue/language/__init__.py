"""What people read, in their language: words by gettext catalogues, numbers and dates by CLDR."""
