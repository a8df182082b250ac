"""The pieces of the demo data set: a French company, its partners, documents and bank movements."""
