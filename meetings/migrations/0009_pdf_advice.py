from django.db import migrations, models

import cgtdouanes.files.uploads


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0008_lists_without_sorting"),
    ]

    operations = [
        migrations.AlterField(
            model_name="document",
            name="file",
            field=models.FileField(
                help_text="PDF, JPEG ou PNG, 20 Mo au plus. D’un document Word ou LibreOffice, faites d’abord un PDF.",
                upload_to=cgtdouanes.files.uploads.generated_name,
                validators=[cgtdouanes.files.uploads.validate_upload],
                verbose_name="fichier",
            ),
        ),
        migrations.AlterField(
            model_name="historicaldocument",
            name="file",
            field=models.TextField(
                help_text="PDF, JPEG ou PNG, 20 Mo au plus. D’un document Word ou LibreOffice, faites d’abord un PDF.",
                max_length=100,
                validators=[cgtdouanes.files.uploads.validate_upload],
                verbose_name="fichier",
            ),
        ),
    ]
