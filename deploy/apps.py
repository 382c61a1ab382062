from django.apps import AppConfig
from django.conf import settings


class DeployConfig(AppConfig):
    name = "deploy"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Count calls to other servers, and send wake-ups where there is a queue: else the worker looks by itself."""
        from deploy.database_calls import time_queries
        from deploy.figures import listen

        listen()
        time_queries()
        if settings.TASKS["default"]["BACKEND"] == "deploy.celery.CeleryBackend":
            from deploy.tasks import wake_workers
            from records.wakeups import work_left

            work_left.connect(wake_workers)
