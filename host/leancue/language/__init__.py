"""Translation of user-visible text: gettext catalogues, and CLDR for numbers and dates."""
