"""Files made to harm who reads them, and the proof that they cost nothing but themselves."""
