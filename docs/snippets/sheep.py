def count_sheep():
    sheep = 0
    try:
        while True:
            sheep += 1
    finally:
        print("counted", sheep)  # also when nobody waits for it any more
