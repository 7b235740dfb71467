"""What the site does when something breaks: each fault is made for real, under real use."""
