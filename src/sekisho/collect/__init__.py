"""Rights signals from the web: fetched politely, kept with their date and digest."""
