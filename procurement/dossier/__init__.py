"""The audit dossier (审计卷宗): one case as one paper, for those who audit it.

The paper is a view of a canonical JSON document. Its SHA-256 is printed on the cover, the document itself is
attached to the PDF, so what is printed can be checked against what was hashed. No clock takes part: the same
data gives the same document, the same hash and the same bytes. The dossier speaks Chinese whatever language its
maker reads the portal in, so its own words are not translated.

It stands above every app because it reads them all; nothing below knows of it.
"""
