# Draws figure7.pdf and figure7.svg: run `gnuplot figure7.gp` in the folder of this file.
set encoding utf8

# V100: centre of the bar, value
$panel1_series1_own << END
-0.333333 16.8
0.666667 22.184
1.666667 40.3
2.666667 21.808
3.666667 38.6
4.666667 27.447999999999997
5.666667 25.4
END
$panel1_series2_own << END
-0.166667 13.1
0.833333 19.665
1.833333 26.1
2.833333 21.965
3.833333 26.2
4.833333 24.38
5.833333 19.1
END
$panel1_series3_own << END
0 11.655
1 13.57
2 15.540000000000001
3 13.915
4 15.855
5 15.064999999999998
6 12.705
END
$panel1_series4_own << END
0.166667 8.295
1.166667 8.536
2.166667 17.85
3.166667 8.712
4.166667 18.27
5.166667 10.296
6.166667 10.709999999999999
END
$panel1_series5_own << END
0.333333 7.426
1.333333 7.215999999999999
2.333333 7.989999999999999
3.333333 6.776
4.333333 8.177999999999999
5.333333 7.568
6.333333 7.8020000000000005
END
# Left end, value and width of each mark
$panel1_marks << END
-0.403333 16.8 0.14
-0.236667 13.1 0.14
-0.07 11.1 0.14
0.096667 7.9 0.14
0.263333 7.9 0.14
0.596667 23.6 0.14
0.763333 17.1 0.14
0.93 11.8 0.14
1.096667 9.7 0.14
1.263333 8.2 0.14
1.596667 40.3 0.14
1.763333 26.1 0.14
1.93 14.8 0.14
2.096667 17.0 0.14
2.263333 8.5 0.14
2.596667 23.2 0.14
2.763333 19.1 0.14
2.93 12.1 0.14
3.096667 9.9 0.14
3.263333 7.7 0.14
3.596667 38.6 0.14
3.763333 26.2 0.14
3.93 15.1 0.14
4.096667 17.4 0.14
4.263333 8.7 0.14
4.596667 29.2 0.14
4.763333 21.2 0.14
4.93 13.1 0.14
5.096667 11.7 0.14
5.263333 8.6 0.14
5.596667 25.4 0.14
5.763333 19.1 0.14
5.93 12.1 0.14
6.096667 10.2 0.14
6.263333 8.3 0.14
END

# A10: centre of the bar, value
$panel2_series1_own << END
-0.333333 10.1
0.666667 15.979999999999999
1.666667 16.6
2.666667 18.142
3.666667 16.2
END
$panel2_series2_own << END
-0.166667 10.0
0.833333 16.215
1.833333 14.1
2.833333 19.665
3.833333 14.1
END
$panel2_series3_own << END
0 7.455
1 8.854999999999999
2 8.505
3 10.464999999999998
4 8.505
END
$panel2_series4_own << END
0.166667 4.9350000000000005
1.166667 7.304
2.166667 8.82
3.166667 9.064
4.166667 9.450000000000001
END
$panel2_series5_own << END
0.333333 4.418
1.333333 5.192
2.333333 5.263999999999999
3.333333 5.544
4.333333 5.827999999999999
END
# Left end, value and width of each mark
$panel2_marks << END
-0.403333 10.1 0.14
-0.236667 10.0 0.14
-0.07 7.1 0.14
0.096667 4.7 0.14
0.263333 4.7 0.14
0.596667 17.0 0.14
0.763333 14.1 0.14
0.93 7.7 0.14
1.096667 8.3 0.14
1.263333 5.9 0.14
1.596667 16.6 0.14
1.763333 14.1 0.14
1.93 8.1 0.14
2.096667 8.4 0.14
2.263333 5.6 0.14
2.596667 19.3 0.14
2.763333 17.1 0.14
2.93 9.1 0.14
3.096667 10.3 0.14
3.263333 6.3 0.14
3.596667 16.2 0.14
3.763333 14.1 0.14
3.93 8.1 0.14
4.096667 9.0 0.14
4.263333 6.2 0.14
END

do for [format in 'pdf svg'] {
  if (format eq 'pdf') {
    set terminal pdfcairo noenhanced font 'DejaVu Sans,9' fontscale 0.75 linewidth 1 size 10in,3.5in
  } else {
    set terminal svg noenhanced font 'DejaVu Sans,9' fontscale 1.333 linewidth 0.7 size 960,336 background '#ffffff'
  }
  set output 'figure7.'.format
  set multiplot
  set style data boxes
  set boxwidth 0.15 absolute
  set border 3 lw 0.7
  set tics nomirror
  set grid ytics lc rgb '#d9d9d9' lw 0.5 dt 1
  unset key
  
  set lmargin at screen 0.061111
  set rmargin at screen 0.57963
  set bmargin at screen 0.079365
  set tmargin at screen 0.793651
  set title 'V100' offset 0,-0.5
  set ylabel 'TTFT (s)' offset 1,0
  set xrange [-0.5:6.5]
  set yrange [0:45.65279]
  set xtics scale 0 font 'DejaVu Sans,8' ('OPT-2.7B' 0, 'OPT-6.7B' 1, 'OPT-13B' 2, 'Llama2-7B' 3, 'Llama2-13B' 4, 'Llama3-8B' 5, 'Falcon-7B' 6)
  set ytics scale 0.5
  unset label
  unset object
  unset arrow
  set label '16.8' at -0.333333,17.56088 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '13.1' at -0.166667,13.86088 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '11.7' at 0,12.41588 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '8.3' at 0.166667,9.05588 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '7.4' at 0.333333,8.66088 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '22.2' at 0.666667,24.36088 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '19.7' at 0.833333,20.42588 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '13.6' at 1,14.33088 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '8.5' at 1.166667,10.46088 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '7.2' at 1.333333,8.96088 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '40.3' at 1.666667,41.06088 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '26.1' at 1.833333,26.86088 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '15.5' at 2,16.30088 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '17.9' at 2.166667,18.61088 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '8.0' at 2.333333,9.26088 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '21.8' at 2.666667,23.96088 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '22.0' at 2.833333,22.72588 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '13.9' at 3,14.67588 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '8.7' at 3.166667,10.66088 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '6.8' at 3.333333,8.46088 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '38.6' at 3.666667,39.36088 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '26.2' at 3.833333,26.96088 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '15.9' at 4,16.61588 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '18.3' at 4.166667,19.03088 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '8.2' at 4.333333,9.46088 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '27.4' at 4.666667,29.96088 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '24.4' at 4.833333,25.14088 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '15.1' at 5,15.82588 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '10.3' at 5.166667,12.46088 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '7.6' at 5.333333,9.36088 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '25.4' at 5.666667,26.16088 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '19.1' at 5.833333,19.86088 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '12.7' at 6,13.46588 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '10.7' at 6.166667,11.47088 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '7.8' at 6.333333,9.06088 rotate by 90 left font 'DejaVu Sans,6.5' front
  set object rectangle from screen 0.046917,screen 0.938492 to screen 0.069139,screen 0.970238 front fc rgb '#3b2d82' fs solid 1 border lc rgb '#222222' lw 0.6
  set label 'Serverless vLLM' at screen 0.074694,screen 0.954365 left
  set object rectangle from screen 0.201889,screen 0.938492 to screen 0.224111,screen 0.970238 front fc rgb '#814e01' fs solid 1 border lc rgb '#222222' lw 0.6
  set label 'ServerlessLLM' at screen 0.229667,screen 0.954365 left
  set object rectangle from screen 0.344986,screen 0.938492 to screen 0.367208,screen 0.970238 front fc rgb '#d34477' fs solid 1 border lc rgb '#222222' lw 0.6
  set label 'ServerlessLLM with cached model' at screen 0.372764,screen 0.954365 left
  set object rectangle from screen 0.612833,screen 0.938492 to screen 0.635056,screen 0.970238 front fc rgb '#8d8cfe' fs solid 1 border lc rgb '#222222' lw 0.6
  set label 'HydraServe with single worker' at screen 0.640611,screen 0.954365 left
  set object rectangle from screen 0.853806,screen 0.938492 to screen 0.876028,screen 0.970238 front fc rgb '#c7b828' fs solid 1 border lc rgb '#222222' lw 0.6
  set label 'HydraServe' at screen 0.881583,screen 0.954365 left
  set object rectangle from screen 0.419875,screen 0.878968 to screen 0.442097,screen 0.910714 front fc rgb '#555555' fs solid 1 border lc rgb '#222222' lw 0.6
  set label 'own run' at screen 0.447653,screen 0.894841 left
  set arrow from screen 0.517597,screen 0.894841 to screen 0.539819,screen 0.894841 nohead front lc rgb '#000000' lw 1.5
  set label 'paper' at screen 0.545375,screen 0.894841 left
  plot $panel1_series1_own using 1:2 with boxes fc rgb '#3b2d82' fs solid 1 border lc rgb '#222222' lw 0.6, \
    $panel1_series2_own using 1:2 with boxes fc rgb '#814e01' fs solid 1 border lc rgb '#222222' lw 0.6, \
    $panel1_series3_own using 1:2 with boxes fc rgb '#d34477' fs solid 1 border lc rgb '#222222' lw 0.6, \
    $panel1_series4_own using 1:2 with boxes fc rgb '#8d8cfe' fs solid 1 border lc rgb '#222222' lw 0.6, \
    $panel1_series5_own using 1:2 with boxes fc rgb '#c7b828' fs solid 1 border lc rgb '#222222' lw 0.6, \
    $panel1_marks using 1:2:3:(0) with vectors nohead lc rgb '#ffffff' lw 4, \
    $panel1_marks using 1:2:3:(0) with vectors nohead lc rgb '#000000' lw 1.5
  
  set lmargin at screen 0.621296
  set rmargin at screen 0.991667
  set bmargin at screen 0.079365
  set tmargin at screen 0.793651
  set title 'A10' offset 0,-0.5
  unset ylabel
  set xrange [-0.5:4.5]
  set yrange [0:22.276975]
  set xtics scale 0 font 'DejaVu Sans,8' ('OPT-2.7B' 0, 'OPT-6.7B' 1, 'Llama2-7B' 2, 'Llama3-8B' 3, 'Falcon-7B' 4)
  set ytics scale 0.5
  unset label
  unset object
  unset arrow
  set label '10.1' at -0.333333,10.471283 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '10.0' at -0.166667,10.371283 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '7.5' at 0,7.826283 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '4.9' at 0.166667,5.306283 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '4.4' at 0.333333,5.071283 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '16.0' at 0.666667,17.371283 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '16.2' at 0.833333,16.586283 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '8.9' at 1,9.226283 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '7.3' at 1.166667,8.671283 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '5.2' at 1.333333,6.271283 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '16.6' at 1.666667,16.971283 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '14.1' at 1.833333,14.471283 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '8.5' at 2,8.876283 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '8.8' at 2.166667,9.191283 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '5.3' at 2.333333,5.971283 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '18.1' at 2.666667,19.671283 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '19.7' at 2.833333,20.036283 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '10.5' at 3,10.836283 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '9.1' at 3.166667,10.671283 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '5.5' at 3.333333,6.671283 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '16.2' at 3.666667,16.571283 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '14.1' at 3.833333,14.471283 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '8.5' at 4,8.876283 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '9.5' at 4.166667,9.821283 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '5.8' at 4.333333,6.571283 rotate by 90 left font 'DejaVu Sans,6.5' front
  plot $panel2_series1_own using 1:2 with boxes fc rgb '#3b2d82' fs solid 1 border lc rgb '#222222' lw 0.6, \
    $panel2_series2_own using 1:2 with boxes fc rgb '#814e01' fs solid 1 border lc rgb '#222222' lw 0.6, \
    $panel2_series3_own using 1:2 with boxes fc rgb '#d34477' fs solid 1 border lc rgb '#222222' lw 0.6, \
    $panel2_series4_own using 1:2 with boxes fc rgb '#8d8cfe' fs solid 1 border lc rgb '#222222' lw 0.6, \
    $panel2_series5_own using 1:2 with boxes fc rgb '#c7b828' fs solid 1 border lc rgb '#222222' lw 0.6, \
    $panel2_marks using 1:2:3:(0) with vectors nohead lc rgb '#ffffff' lw 4, \
    $panel2_marks using 1:2:3:(0) with vectors nohead lc rgb '#000000' lw 1.5
  unset multiplot
  unset output
}
