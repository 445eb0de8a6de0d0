from django.db import models


class Row(models.Model):
    objects: models.Manager["Row"] = models.Manager()

    text = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.text[:20]
