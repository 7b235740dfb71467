"""The first text of the pages that every site has, for officers to complete; who may change them."""

from typing import Any

from django.db import migrations

from cgtdouanes.officers.role_permissions import grant, revoke
from cgtdouanes.text.typography import french_html

KEEP = ["view_page", "change_page"]
GRANTS = {"editor": KEEP, "publisher": KEEP, "secretary": KEEP}

PAGES = [
    (
        "mentions-legales",
        "Mentions légales",
        "<h2>Éditeur</h2>"
        "<p>Ce site est celui d’une section syndicale CGT Douanes. "
        "<strong>À compléter par le bureau :</strong> nom et adresse de la section, "
        "moyen de la joindre.</p>"
        "<h2>Direction de la publication</h2>"
        "<p><strong>À compléter :</strong> nom de la personne qui dirige la publication.</p>"
        "<h2>Hébergement</h2>"
        "<p><strong>À compléter :</strong> nom, adresse et téléphone de l’hébergeur.</p>"
        "<h2>Textes</h2>"
        "<p>Les comptes rendus peuvent être imprimés, affichés et distribués, "
        "en citant leur source.</p>",
    ),
    (
        "confidentialite",
        "Confidentialité",
        "<p>Appartenir à un syndicat est une donnée sensible (article 9 du RGPD). "
        "Ce site est fait pour ne la révéler à personne.</p>"
        "<h2>Si vous lisez sans compte</h2>"
        "<p>Aucune mesure d’audience, aucun traceur, aucune demande à un autre site. "
        "Votre adresse et les pages que vous lisez ne sont pas consignées par l’application.</p>"
        "<h2>Si vous avez un compte</h2>"
        "<p>La section garde votre adresse e-mail, votre nom affiché, ce qui concerne votre "
        "adhésion et vos réactions. Deux cookies servent à votre connexion et à la sûreté des "
        "formulaires ; il n’y en a pas d’autre.</p>"
        "<p>Seul·es les adhérent·es voient les réactions. Seules les personnes mandatées pour "
        "gérer les adhésions voient la liste des adhérent·es, et chaque consultation est notée.</p>"
        "<h2>Vos droits</h2>"
        "<p>Dans votre espace, vous pouvez lire et emporter tout ce qui vous concerne, le "
        "corriger, et quitter le site en effaçant votre compte. Vous pouvez aussi écrire à la "
        'section, ou saisir la <a href="https://www.cnil.fr/">CNIL</a>.</p>'
        "<p><strong>À compléter :</strong> l’adresse à laquelle écrire.</p>",
    ),
    (
        "accessibilite",
        "Accessibilité",
        "<p>Ce site est conçu pour être lu par tout le monde : au clavier, avec un lecteur "
        "d’écran, sur un petit téléphone, en grands caractères, sans JavaScript, sur papier.</p>"
        "<p>Chaque page est vérifiée par un outil automatique à chaque nouvelle version. Un tel "
        "outil ne voit pas tout, et aucun audit complet n’a encore été fait : nous ne déclarons "
        "donc pas de taux de conformité au RGAA.</p>"
        "<h2>Si quelque chose vous arrête</h2>"
        "<p>Dites-le à la section : nous corrigerons, et nous vous donnerons d’ici là le contenu "
        "sous une autre forme. <strong>À compléter :</strong> l’adresse à laquelle écrire.</p>"
        "<p>Sans réponse satisfaisante, vous pouvez saisir le "
        '<a href="https://www.defenseurdesdroits.fr/">Défenseur des droits</a>.</p>',
    ),
    (
        "adherer",
        "Adhérer",
        "<p>Se syndiquer, c’est ne pas rester seul·e face à l’administration : être informé·e, "
        "conseillé·e, défendu·e, et décider ensemble de ce que la section demande.</p>"
        "<p>L’adhésion est confidentielle : ni vos collègues ni l’administration n’en sont "
        "informés.</p>"
        "<p><strong>À compléter par le bureau :</strong> à qui s’adresser, le montant de la "
        "cotisation et la part rendue en crédit d’impôt.</p>",
    ),
    (
        "le-bureau",
        "Le bureau",
        "<p>Le bureau est élu par les adhérent·es de la section. Il la représente dans les "
        "réunions avec l’administration et publie ce qui s’y dit.</p>"
        "<p><strong>À compléter :</strong> les fonctions, et le moyen de joindre le bureau. "
        "Ne nommez que des personnes qui l’acceptent.</p>",
    ),
]


def write(apps: Any, schema_editor: Any) -> None:
    page_model = apps.get_model("articles", "Page")
    for slug, title, body in PAGES:
        page_model.objects.get_or_create(
            slug=slug, defaults={"title": title, "body": body, "html": french_html(body)}
        )


class Migration(migrations.Migration):
    dependencies = [("articles", "0006_pages"), ("members", "0002_role_permissions")]
    operations = [
        migrations.RunPython(write, migrations.RunPython.noop),
        migrations.RunPython(grant("articles", GRANTS), revoke("articles", GRANTS)),
    ]
