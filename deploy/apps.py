from django.apps import AppConfig
from django.conf import settings


class DeployConfig(AppConfig):
    name = "deploy"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Send wake-ups where there is a queue; the embedded worker looks at the rows by itself."""
        if settings.TASKS["default"]["BACKEND"] == "deploy.celery.CeleryBackend":
            from deploy.tasks import wake_workers
            from records.wakeups import work_left

            work_left.connect(wake_workers)
