"""CBP's archive of CSMS messages: PDF files that list the messages of a month or of years, with number, title and day."""
