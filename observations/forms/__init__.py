"""Forms of observations. They validate what was sent; what happens then is the domain's."""
