"""How the clip sits on the body, and how far the trunk leans."""
