"""The filling of the demo: every event of the section's story, in the order of the days."""

from datetime import date
from itertools import chain
from operator import attrgetter

from cgtdouanes.management.filling import articles, followed, meetings, people, reactions
from cgtdouanes.management.filling.story import Story


def fill(today: date) -> None:
    """Store the whole story; what has no fixed date is placed from `today`.

    The days follow one another, so that a report finds the demands and commitments as they stood
    when it came out. Raises ValidationError for what an officer could not have typed.
    """
    story = Story(today)
    people.add(story)
    meetings.add_deadlines()
    articles.add_categories(story)
    events = chain(meetings.events(story), followed.events(story), articles.events(story))
    for event in sorted(events, key=attrgetter("day")):
        story.day = event.day
        event.happens()
    reactions.add(story)
    followed.add_followers(story)
