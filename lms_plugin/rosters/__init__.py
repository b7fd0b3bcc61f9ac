"""Who is enrolled in a course of the LMS: read from it at night or when asked, compared with who came."""
