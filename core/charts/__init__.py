"""From a table to an Altair chart: colours and marks that every challenge shares."""
