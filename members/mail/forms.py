"""What a person chooses to receive."""

from django import forms

from members.models import MailPreferences, Topic


class MailPreferencesForm(forms.ModelForm):
    """One choice among three for each theme."""

    class Meta:
        model = MailPreferences
        fields = [topic.value for topic in Topic]
        widgets = {topic.value: forms.RadioSelect for topic in Topic}
        help_texts = {
            Topic.REPORTS.value: "Ce que la section publie après une réunion, ou à l’occasion.",
            Topic.MEETINGS.value: "Une réunion est annoncée, change de date ou est annulée.",
            Topic.DEMANDS.value: "Une revendication que vous suivez a une nouvelle étape.",
            Topic.ANSWERS.value: "Quelqu’un répond à une de vos réactions, ou vous mentionne.",
        }
