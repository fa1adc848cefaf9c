raise ValueError("there is no model in this folder")
